import {
  createRevocation,
  type Revocation,
  type RevocationPort,
  type RevocationVerdict,
} from '@encrypted-session/core/revocation'

/** A revocation store in another process, which `serveRevocation` shows at this address: for tests, whose servers cannot share memory. */
export function remoteRevocation(url: string): Revocation {
  return createRevocation({
    check: async (session) => (await ask(url, 'check', session)) as RevocationVerdict,
    async revoke(target) {
      await ask(url, 'revoke', target)
    },
    cutoff: async (subject) => (await ask(url, 'cutoff', subject)) as number,
  })
}

async function ask(url: string, method: keyof RevocationPort, parameter: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify({ method, parameter }),
    // Next keeps answers of fetch where it sees no reason not to.
    cache: 'no-store',
  })
  if (!response.ok) throw new Error('The store of the tests did not answer.')
  return response.json()
}
