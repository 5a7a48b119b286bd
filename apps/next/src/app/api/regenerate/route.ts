import { post } from '../../../answer.ts'
import { changeId } from '../../../changes.ts'

export const POST = post(changeId)
