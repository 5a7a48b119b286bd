export const placeholder: string = 'to be written'
