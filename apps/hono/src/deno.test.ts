import { describeRemotely } from './remote/describe-remotely.ts'
import { startProcess, whyNot } from './remote/runtime.ts'

describeRemotely({ begin: () => startProcess('deno'), missing: whyNot('deno'), late: ['sealed', 'late'] })
