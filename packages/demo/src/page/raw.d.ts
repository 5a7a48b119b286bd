/** A file's text. Vitest knows the query; tsdown.config.ts teaches it to the bundler. */
declare module '*?raw' {
  const text: string
  export default text
}
