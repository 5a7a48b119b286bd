import { sessionProxy } from '@encrypted-session/next/proxy'
import { sessions } from '../src/sessions.ts'

export const proxy = sessionProxy(sessions)
