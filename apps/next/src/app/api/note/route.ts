import { post } from '../../../answer.ts'
import { keepNote } from '../../../changes.ts'

export const POST = post(keepNote)
