/** The one thing the tests use of Node's zlib, which workerd has too. */
declare module 'node:zlib' {
  export const constants: { BROTLI_PARAM_QUALITY: number }
  export function brotliCompressSync(text: string, options?: { params: Record<number, number> }): Uint8Array
}
