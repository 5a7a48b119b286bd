import pageScript from './page.client.js?raw'
import pageStylesheet from './page.css?raw'

/** The page's stylesheet, to be served as `/page.css`. */
export const stylesheet: string = pageStylesheet

/** The page's script, to be served as `/page.js`. Without it everything works, with a new page for every click. */
export const script: string = pageScript
