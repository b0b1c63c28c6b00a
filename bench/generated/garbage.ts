import type { Random } from './random'
import { text } from './words'

/** Bodies that no client means to send, of about so many bytes. */
export const garbage = (random: Random, bytes: number): string =>
  random.pick([
    () => '',
    () => ' '.repeat(bytes),
    () => text(random, bytes),
    () => `{"userName":"deep","custom":${'['.repeat(bytes / 2)}${']'.repeat(bytes / 2)}}`,
    () => `{"userName":"deep",${'"a":{'.repeat(bytes / 7)}`,
    () => `[${Array.from({ length: Math.ceil(bytes / 3) }, () => '{}').join()}]`,
    () => `{"userName":"\\ud800","displayName":"${'\\u0041'.repeat(bytes / 6)}"}`,
    () => `{"userName":"half","displayName":"${'a'.repeat(bytes)}`,
    () => `{${Array.from({ length: Math.ceil(bytes / 12) }, () => '"a":1').join()}}`,
    () => `{"schemas":${JSON.stringify(Array.from({ length: Math.ceil(bytes / 10) }, (_, i) => `urn:a:${i}`))},"userName":"x"}`,
    () => `{"userName":${'9'.repeat(bytes)}}`,
    () => JSON.stringify({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: text(random, bytes) }),
    () => `{"__proto__":{"active":true},"constructor":{"prototype":{}},"userName":"p1","toString":"${'a'.repeat(bytes)}"}`,
  ])()
