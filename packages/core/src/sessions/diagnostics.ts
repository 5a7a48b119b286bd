/** Where the platform's own tools listen to events. What `#diagnostics` answers. */
export interface Diagnostics {
  hasSubscribers(): boolean
  publish(event: object): void
}
