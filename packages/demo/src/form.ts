/** Whether a body of this content type came from a form on the page. */
export function isFormType(contentType: string | null | undefined): boolean {
  return contentType?.startsWith('application/x-www-form-urlencoded') ?? false
}
