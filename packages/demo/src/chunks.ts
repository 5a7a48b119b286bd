/** What `GET /api/stream` streams, with pauses. */
export async function* chunks(): AsyncGenerator<string, void> {
  for (const chunk of ['one\n', 'two\n', 'three\n']) {
    yield chunk
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
