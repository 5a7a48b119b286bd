/** Tells a listener something. It is the app's own code: what it throws, now or later, must neither break what is under way nor end the process. */
export function tell<Value>(listener: (value: Value) => unknown, value: Value): void {
  new Promise((resolve) => resolve(listener(value))).catch(() => undefined)
}
