// The one key of a wallet, and the few functions that its libraries ask for.

import { createHash, randomBytes, X509Certificate } from 'node:crypto'
import { CompactEncrypt, CompactSign, compactVerify, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK } from 'jose'

export async function newKey() {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  return { secret: await exportJWK(privateKey), shown: await exportJWK(publicKey) }
}

export async function sign(key, header, payload) {
  const text = new TextEncoder().encode(JSON.stringify(payload))
  const signing = await importJWK(key.secret, 'ES256')
  return await new CompactSign(text).setProtectedHeader(header).sign(signing)
}

export async function verifies(compact, jwk) {
  try {
    await compactVerify(compact, await importJWK(jwk, decodeProtectedHeader(compact).alg))
    return true
  } catch {
    return false
  }
}

export const sha = (data, alg = 'sha-256') =>
  new Uint8Array(createHash(alg.replace('-', '').toLowerCase()).update(data).digest())

// What @openid4vc asks of its surroundings; every key comes from here.
export function callbacks(key, clientAuthentication) {
  return {
    clientAuthentication,
    fetch: globalThis.fetch,
    hash: sha,
    generateRandom: (length) => new Uint8Array(randomBytes(length)),
    signJwt: async (signer, { header, payload }) => ({
      jwt: await sign(key, header, payload),
      signerJwk: signer.publicJwk ?? key.shown,
    }),
    verifyJwt: async (signer, { compact }) => {
      const jwk =
        signer.method === 'x5c'
          ? new X509Certificate(Buffer.from(signer.x5c[0], 'base64')).publicKey.export({ format: 'jwk' })
          : signer.publicJwk
      return (await verifies(compact, jwk)) ? { verified: true, signerJwk: jwk } : { verified: false }
    },
    encryptJwe: async (to, data) => ({
      encryptionJwk: to.publicJwk,
      jwe: await new CompactEncrypt(new TextEncoder().encode(data))
        .setProtectedHeader({ alg: to.alg, enc: to.enc, kid: to.publicJwk.kid })
        .encrypt(await importJWK(to.publicJwk, to.alg)),
    }),
    decryptJwe: async () => ({ decrypted: false }),
    getX509CertificateMetadata: (certificate) => ({
      sanDnsNames: (new X509Certificate(Buffer.from(certificate, 'base64')).subjectAltName ?? '')
        .split(', ')
        .filter((name) => name.startsWith('DNS:'))
        .map((name) => name.slice(4)),
      sanUriNames: [],
    }),
  }
}
