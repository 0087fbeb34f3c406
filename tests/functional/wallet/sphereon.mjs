// A wallet of the @sphereon library, which follows an earlier draft of OpenID4VCI.

import { OpenID4VCIClient } from '@sphereon/oid4vci-client'
import { newKey, sign } from './keys.mjs'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const { offer, pin } = JSON.parse(Buffer.concat(chunks))
const key = await newKey()
const client = await OpenID4VCIClient.fromURI({ uri: offer, clientId: 'sphereon-wallet', retrieveServerMetadata: true })
await client.acquireAccessToken({ pin })
const types = client.credentialOffer.credential_offer.credential_configuration_ids
const response = await client.acquireCredentials({
  credentialTypes: types,
  format: 'dc+sd-jwt',
  alg: 'ES256',
  jwk: key.shown,
  proofCallbacks: {
    signCallback: async (jwt) => await sign(key, { ...jwt.header, alg: 'ES256', jwk: key.shown }, jwt.payload),
  },
})
process.stdout.write(JSON.stringify({ key, credentials: response.credentials.map((each) => each.credential) }))
