'use client'

import { useEffect } from 'react'

// Not in the component: Next makes the page anew when its address changes, and this with it.
let shown: number | undefined

/** Gives the content the focus when an answer has removed what had it: a keyboard goes on from there, and not from the top of the browser. */
export function KeepFocus({ answer }: { readonly answer: number }) {
  useEffect(() => {
    const isAnswer = shown !== undefined && shown !== answer
    shown = answer
    const isLost = document.activeElement === document.body
    if (isAnswer && isLost) document.querySelector('main')?.focus({ preventScroll: true })
  }, [answer])
  return null
}
