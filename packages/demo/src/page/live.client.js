/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access -- served as it is written: no types here know the browser */
// Keeps the page alive: times in the visitor's own zone, events while they happen.
const main = document.querySelector('main')

function localTimes() {
  for (const time of main.querySelectorAll('time:not([title])')) {
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

localTimes()
// Whoever puts something new on the page: the forms' script, or a framework of the app.
new MutationObserver(localTimes).observe(main, { childList: true, subtree: true })
new EventSource('/events').addEventListener('message', addEvent)
