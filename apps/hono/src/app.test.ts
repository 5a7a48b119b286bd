import { describeDemoApp, describeDemoProgram } from '@encrypted-session/demo/tests'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { start } from './start.ts'

const runner = { afterAll, beforeAll, describe, expect, it }
describeDemoApp({ start }, runner)
describeDemoProgram({ main: `${import.meta.dirname}/main.ts` }, runner)
