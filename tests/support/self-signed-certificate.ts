import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

// The few types of DER (X.690) that a certificate (RFC 5280 section 4.1) is made of. Node reads certificates but makes none.
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
const sequence = (...parts: readonly Uint8Array[]) => der(0x30, ...parts)
const set = (...parts: readonly Uint8Array[]) => der(0x31, ...parts)
const integer = (...bytes: readonly number[]) => der(0x02, Buffer.from(bytes))
const boolean = (value: boolean) => der(0x01, Buffer.from([value ? 0xff : 0]))
const oid = (...bytes: readonly number[]) => der(0x06, Buffer.from(bytes))
const utf8 = (text: string) => der(0x0c, Buffer.from(text))
const utcTime = (at: Date) => der(0x17, Buffer.from(at.toISOString().replace(/^..|[-:T]|\.\d+/g, '')))
const bitString = (bytes: Uint8Array) => der(0x03, Buffer.from([0]), bytes)
const octetString = (bytes: Uint8Array) => der(0x04, bytes)

const COMMON_NAME = oid(0x55, 4, 3)
const BASIC_CONSTRAINTS = oid(0x55, 29, 19)
const SUBJECT_ALT_NAME = oid(0x55, 29, 17)
const ECDSA_WITH_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2))

/** A fresh key and a certificate for 127.0.0.1 and localhost that signs itself, as PEM. Valid for a day either side of now. */
export function selfSignedCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const name = sequence(set(sequence(COMMON_NAME, utf8('localhost'))))
  const dayMs = 86_400_000
  const validity = sequence(utcTime(new Date(Date.now() - dayMs)), utcTime(new Date(Date.now() + dayMs)))
  const altNames = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = sequence(
    sequence(BASIC_CONSTRAINTS, boolean(true), octetString(sequence(boolean(true)))),
    sequence(SUBJECT_ALT_NAME, octetString(altNames)),
  )
  const toBeSigned = sequence(
    der(0xa0, integer(2)), // version 3
    integer(1, ...randomBytes(8)), // leading 1: positive, and no superfluous zero
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const certificate = sequence(toBeSigned, ECDSA_WITH_SHA256, bitString(sign('sha256', toBeSigned, privateKey)))
  const lines = certificate.toString('base64').replace(/(.{64})(?=.)/g, '$1\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}
