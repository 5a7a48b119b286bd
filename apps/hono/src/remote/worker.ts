import { upgradeWebSocket } from 'hono/cloudflare-workers'
import { createRemoteApps } from './remote-apps.ts'

// oxlint-disable-next-line typescript/no-deprecated -- the package that is to replace it from Hono 5 on has the same
const worker: { fetch: ReturnType<typeof createRemoteApps> } = { fetch: createRemoteApps(upgradeWebSocket) }

export default worker
