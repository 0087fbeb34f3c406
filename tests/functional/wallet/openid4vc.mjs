// A wallet of the @openid4vc and @sd-jwt libraries. It reads one command as JSON from
// its standard input and answers with JSON; what it must remember is in the answer.

import { randomBytes } from 'node:crypto'
import { clientAuthenticationAnonymous, clientAuthenticationNone, Oauth2Client, setGlobalConfig } from '@openid4vc/oauth2'
import { Openid4vciClient } from '@openid4vc/openid4vci'
import { Openid4vpClient, submitOpenid4vpAuthorizationResponse } from '@openid4vc/openid4vp'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { callbacks, newKey, sha, sign, verifies } from './keys.mjs'

// The servers of tests speak HTTP on the loopback.
setGlobalConfig({ allowInsecureUrls: true })

const anonymous = clientAuthenticationAnonymous()
const known = (clientId) => clientAuthenticationNone({ clientId })
const issuance = (key, authentication) => new Openid4vciClient({ callbacks: callbacks(key, authentication) })

// The verifier of the library, with the issuer's keys as draft-ietf-oauth-sd-jwt-vc
// section 5 says where they are.
async function credentials(holder) {
  const issuerKey = async (compact) => {
    const { iss } = decodeJwt(compact)
    const at = new URL(iss)
    const metadata = await (await fetch(`${at.origin}/.well-known/jwt-vc-issuer`)).json()
    if (metadata.issuer !== iss) throw new Error(`metadata of ${metadata.issuer}, not of ${iss}`)
    return metadata.jwks.keys.find((each) => each.kid === decodeProtectedHeader(compact).kid)
  }
  const verifier = async (data, signature) => {
    const compact = `${data}.${signature}`
    return await verifies(compact, await issuerKey(compact))
  }
  return new SDJwtVcInstance({
    hasher: sha,
    hashAlg: 'sha-256',
    saltGenerator: () => randomBytes(16).toString('base64url'),
    verifier,
    statusVerifier: verifier,
    kbVerifier: async (data, signature, payload) => await verifies(`${data}.${signature}`, payload.cnf.jwk),
    kbSigner: holder && (async (data) => (await sign(holder, ...parts(data))).split('.')[2]),
    kbSignAlg: 'ES256',
    loadTypeMetadataFormat: true,
  })
}

const parts = (data) => data.split('.').map((part) => JSON.parse(Buffer.from(part, 'base64url')))

async function fetched(client, key, issuerMetadata, configuration, accessToken, copies) {
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
  const holders = [key, ...(await Promise.all(Array.from({ length: copies - 1 }, newKey)))]
  const proofs = await Promise.all(
    holders.map((holder) =>
      issuance(holder, anonymous).createCredentialRequestJwtProof({
        issuerMetadata,
        credentialConfigurationId: configuration,
        nonce,
        signer: { method: 'jwk', alg: 'ES256', publicJwk: holder.shown },
      })
    )
  )
  const request = {
    issuerMetadata,
    accessToken,
    credentialConfigurationId: configuration,
    proofs: { jwt: proofs.map((proof) => proof.jwt) },
  }
  const { credentialResponse } = await client.retrieveCredentials(request)
  // Sent again, as a wallet does whose line broke before the answer came.
  const again = (await client.retrieveCredentials(request)).credentialResponse
  await client.sendNotification({
    issuerMetadata,
    accessToken,
    notification: { notificationId: credentialResponse.notification_id, event: 'credential_accepted' },
  })
  const texts = (response) => response.credentials.map((each) => each.credential)
  return { key, credentials: texts(credentialResponse), again: texts(again) }
}

const commands = {
  // By the code that the holder carried here from their page.
  async 'pre-authorized'({ offer, pin, copies }) {
    const key = await newKey()
    const client = issuance(key, anonymous)
    const credentialOffer = await client.resolveCredentialOffer(offer)
    const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
    const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      credentialOffer,
      issuerMetadata,
      txCode: pin,
    })
    const [configuration] = credentialOffer.credential_configuration_ids
    return await fetched(client, key, issuerMetadata, configuration, accessTokenResponse.access_token, copies ?? 1)
  },

  // First half of the other way: where the holder has to go to sign in.
  async authorize({ issuer, clientId, redirectUri, configuration }) {
    const key = await newKey()
    const client = issuance(key, known(clientId))
    const issuerMetadata = await client.resolveIssuerMetadata(issuer)
    const state = randomBytes(16).toString('base64url')
    const oauth = new Oauth2Client({ callbacks: callbacks(key, known(clientId)) })
    const { authorizationRequestUrl, pkce } = await oauth.createAuthorizationRequestUrl({
      authorizationServerMetadata: issuerMetadata.authorizationServers[0],
      clientId,
      redirectUri,
      scope: configuration,
      state,
    })
    return { url: authorizationRequestUrl, kept: { key, issuer, clientId, redirectUri, configuration, state, verifier: pkce.codeVerifier } }
  },

  // Second half: the holder came back with a code.
  async redeem({ kept, returned }) {
    const { key, issuer, clientId, redirectUri, configuration, state, verifier } = kept
    const client = issuance(key, known(clientId))
    const issuerMetadata = await client.resolveIssuerMetadata(issuer)
    const answer = client.parseAndVerifyAuthorizationResponseRedirectUrl({
      url: returned,
      authorizationServerMetadata: issuerMetadata.authorizationServers[0],
    })
    if (answer.error) return { error: answer.error }
    if (answer.state !== state) throw new Error('another state came back')
    const { accessTokenResponse } = await client.retrieveAuthorizationCodeAccessTokenFromOffer({
      credentialOffer: { credential_issuer: issuer, credential_configuration_ids: [configuration], grants: { authorization_code: {} } },
      issuerMetadata,
      authorizationCode: answer.code,
      pkceCodeVerifier: verifier,
      redirectUri,
    })
    return await fetched(client, key, issuerMetadata, configuration, accessTokenResponse.access_token, 1)
  },

  // What the library for SD-JWT VC says of a credential, status and type included.
  async verify({ credential }) {
    const instance = await credentials()
    try {
      const { payload, typeMetadata } = await instance.verify(credential)
      return { claims: payload, type: typeMetadata?.mergedTypeMetadata ?? typeMetadata }
    } catch (error) {
      return { refused: error.message }
    }
  },

  // Show some claims to whoever asks by `link`.
  async present({ link, credentials: texts, key, beyond }) {
    const options = { callbacks: callbacks(key, anonymous) }
    const client = new Openid4vpClient(options)
    const request = new URL(link).searchParams
    const resolved = await client.resolveOpenId4vpAuthorizationRequest({
      authorizationRequestPayload: Object.fromEntries(request),
    })
    const asked = resolved.authorizationRequestPayload
    const vp_token = {}
    for (const query of resolved.dcql.query.credentials) {
      const text = texts.find((each) => query.meta.vct_values.includes(decodeJwt(each.split('~')[0]).vct))
      const frame = Object.fromEntries([...query.claims.map((claim) => claim.path[0]), ...(beyond ?? [])].map((name) => [name, true]))
      const instance = await credentials(key)
      vp_token[query.id] = [
        await instance.present(text, frame, {
          kb: { payload: { iat: Math.floor(Date.now() / 1000), aud: asked.client_id, nonce: asked.nonce } },
        }),
      ]
    }
    const response = await client.createOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: asked,
      authorizationResponsePayload: { vp_token },
      jarm: { encryption: { nonce: '' }, serverMetadata: { authorization_signing_alg_values_supported: [], authorization_encryption_alg_values_supported: ['ECDH-ES'], authorization_encryption_enc_values_supported: ['A128GCM'] } },
    })
    const sent = await submitOpenid4vpAuthorizationResponse({
      authorizationRequestPayload: asked,
      authorizationResponsePayload: response.authorizationResponsePayload,
      jarm: response.jarm,
      callbacks: options.callbacks,
    })
    return { status: sent.response.status, query: resolved.dcql.query, client: resolved.client.prefix }
  },
}

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const told = JSON.parse(Buffer.concat(chunks))
const answer = await commands[told.command](told)
process.stdout.write(JSON.stringify(answer))
