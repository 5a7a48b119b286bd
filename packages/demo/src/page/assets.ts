import formsScript from './forms.client.js?raw'
import eventsScript from './live.client.js?raw'
import pageStylesheet from './page.css?raw'

/** The page's stylesheet, to be served as `/page.css`. */
export const stylesheet: string = pageStylesheet

/** What shows local times, and events while they happen: the script of a page whose framework sends the forms itself. */
export const liveScript: string = eventsScript

/** The page's script, to be served as `/page.js`. Without it everything works, with a new page for every click. */
export const script: string = `${liveScript}\n${formsScript}`
