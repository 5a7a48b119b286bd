/* oxlint-disable typescript/no-misused-promises, typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- served as it is written: no types here know the browser */
// Makes the page smoother: forms without a new page, times in the visitor's own zone, events while they happen.
const main = document.querySelector('main')
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
  localTimes(main)
  const next = main.querySelector(`form[action="${action}"] button:not(:disabled)`) ?? main
  next.focus({ preventScroll: next !== main || page.querySelector('.problem') === null })
  main.querySelector('.flash, .problem, .result')?.scrollIntoView({ block: 'nearest' })
  const said = main.querySelector('.problem h1, .result, .flash, .refused') ?? main.querySelector('#who')
  spoken.textContent = said.textContent
}

function localTimes(root) {
  for (const time of root.querySelectorAll('time')) {
    time.textContent = new Date(time.dateTime).toLocaleTimeString([], { hour12: false })
    time.title = time.dateTime
  }
}

function addEvent({ data }) {
  const list = document.querySelector('#event-list')
  if (list === null) return
  const template = document.createElement('template')
  template.innerHTML = data
  const item = template.content.firstElementChild
  if (Number(item.dataset.id) <= Number(list.dataset.last)) return
  list.dataset.last = item.dataset.id
  item.classList.add('new')
  localTimes(item)
  fold(item, list.firstElementChild)
  list.prepend(item)
  while (list.children.length > Number(list.dataset.shown)) list.lastElementChild.remove()
}

/** Takes the place of the row above which it would say the same. */
function fold(item, latest) {
  if (latest?.dataset.wording !== item.dataset.wording) return
  item.dataset.times = Number(latest.dataset.times) + 1
  item.querySelector('b').append(` ×${item.dataset.times}`)
  latest.remove()
}

localTimes(document)
new EventSource('/events').addEventListener('message', addEvent)
