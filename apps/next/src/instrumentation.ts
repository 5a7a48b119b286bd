/** Next calls this once when the server begins, and answers nobody before it is done. */
export async function register() {
  if (process.env['NEXT_RUNTIME'] === 'nodejs') await import('./begin.ts')
}
