import { type Problem, problemSentence, problemTitle, type Said, type TooLarge } from '@encrypted-session/demo'

/** What a form's action has to say, if anything. */
export interface Outcome {
  readonly said?: Said | undefined
  readonly problem?: ProblemTexts
}

/** A problem in words, for the browser. */
export interface ProblemTexts {
  readonly title: string
  readonly sentence: string
  /** How many bytes each field of the session takes, where that is the problem. */
  readonly fields?: TooLarge['fields']
}

/** The words for a problem. */
export function problemTexts(problem: Problem): ProblemTexts {
  const fields = problem.tooLarge?.fields
  return { title: problemTitle(problem), sentence: problemSentence(problem), ...(fields && { fields }) }
}

/** A Server Action as `useActionState` calls it. */
export type Action = (before: Outcome | undefined, form: FormData) => Promise<Outcome | undefined>
