/** The sign of the product. */
export function Mark() {
  return (
    <svg viewBox="0 0 16 16" width="22" height="22" aria-hidden="true">
      <rect className="mark-ground" width="16" height="16" rx="4" />
      <path className="mark-bow" d="M5 7V5.6a3 3 0 0 1 6 0V7" />
      <rect className="mark-body" x="4" y="7" width="8" height="5.5" rx="1.2" />
    </svg>
  )
}
