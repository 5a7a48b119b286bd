import { describeRemotely } from './remote/describe-remotely.ts'
import { startWorkerd } from './remote/runtime.ts'

describeRemotely({ begin: startWorkerd, secondCookieHeader: false, late: ['sealed'] })
