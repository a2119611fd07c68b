import { afterAll } from 'vitest'
import { openStage } from './portal.ts'

/** A portal with the demo practice and a browser, for the file that asks for it. */
export const stage = await openStage()
afterAll(() => stage.close())
