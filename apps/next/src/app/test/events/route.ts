import { forTests } from '../../../for-tests.ts'
import { told } from '../../../sessions.ts'

export const GET = forTests(async () => Response.json(told))
