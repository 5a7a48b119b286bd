import { describeRemotely } from './remote/describe-remotely.ts'
import { startProcess, whyNot } from './remote/runtime.ts'

describeRemotely({ begin: () => startProcess('bun'), missing: whyNot('bun'), late: ['sealed'] })
