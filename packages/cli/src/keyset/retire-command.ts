/** The command that follows every rotation, on the same keyset. */
export const RETIRE_COMMAND = 'keys retire --older-than 31d'

/** What the time in it stands for. */
export const RETIRE_TIME = '31d: your longest lifetime.absolute and a day'
