import { isIPv6 } from 'node:net'
import { urlOf } from '@encrypted-session/demo'

try {
  // Here, so that settings that cannot be are caught too.
  const { sessions, settings } = await import('./sessions.ts')
  await sessions.ready()
  // Next leaves the port that it has got in the environment.
  const [address, port] = [settings.host, Number(process.env['PORT'])]
  console.log(`listening on ${urlOf({ address, family: isIPv6(address) ? 'IPv6' : 'IPv4', port })}`)
} catch (error) {
  // Next by itself would go on, and be wrong for every visitor.
  console.error(error)
  process.exit(1)
}
// With NEXT_MANUAL_SIG_HANDLE the end is ours. Next by itself would wait for the event stream of every open page.
for (const end of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(end, () => process.exit(0))
