import { sessions, settings } from './sessions.ts'

// A bad key stops the server, not a visitor.
await sessions.ready()
// Next leaves the port that it has got in the environment.
console.log(`listening on http://${settings.host}:${process.env['PORT']}`)
// With NEXT_MANUAL_SIG_HANDLE the end is ours. Next by itself would wait for the event stream of every open page.
for (const end of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(end, () => process.exit(0))
