'use client'

import { type ReactNode, useActionState } from 'react'
import type { Action } from '../outcome.ts'
import { ProblemCard } from './problem-card.tsx'
import { Result } from './result.tsx'

interface ActionFormProps {
  readonly action: Action
  readonly className?: string
  readonly children: ReactNode
}

/** A form whose action may have something to say. Without a script, the page that answers says it. */
export function ActionForm({ action, className, children }: ActionFormProps) {
  const [outcome, send] = useActionState(action, undefined)
  return (
    <>
      <form className={className} action={send}>
        {children}
      </form>
      {outcome?.said && <Result said={outcome.said} />}
      {outcome?.problem && <ProblemCard problem={outcome.problem} />}
    </>
  )
}
