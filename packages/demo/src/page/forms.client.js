/* oxlint-disable typescript/no-misused-promises, typescript/no-unsafe-argument, typescript/no-unsafe-call -- served as it is written: no types here know the browser */
// Makes the page smoother: forms without a new page. Served behind live.client.js, whose `main` it uses.
const spoken = document.querySelector('#spoken')
let submitted = 0

document.addEventListener('submit', async (event) => {
  const form = event.target
  if (form.getAttribute('action') === '/theme') return
  event.preventDefault()
  const body = new URLSearchParams(new FormData(form, event.submitter))
  const turn = ++submitted
  try {
    const response = await fetch(form.action, { method: 'POST', body })
    const markup = await response.text()
    // Of two clicks in quick succession, the answer to the later one counts.
    if (turn === submitted) show(markup, form.getAttribute('action'))
  } catch {
    // Not reached, or not readable: the browser's own way says what is wrong.
    form.submit()
  }
})

/** Puts the content of the answered page in place of this one's, and keeps the place of the keyboard. */
function show(markup, action) {
  const page = new DOMParser().parseFromString(markup, 'text/html')
  document.title = page.title
  main.replaceChildren(...page.querySelector('main').childNodes)
  const next = main.querySelector(`form[action="${action}"] button:not(:disabled)`) ?? main
  next.focus({ preventScroll: next !== main || page.querySelector('.problem') === null })
  main.querySelector('.flash, .problem, .result')?.scrollIntoView({ block: 'nearest' })
  const said = main.querySelector('.problem h1, .result, .flash, .refused') ?? main.querySelector('#who')
  spoken.textContent = said.textContent
}
