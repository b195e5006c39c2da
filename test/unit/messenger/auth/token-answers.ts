/** What a token service answers, as recorded, and as RST2 has it (protocol reference 2.4). */

export interface TokenGiven {
  domain: string;
  value: string;
  secret?: string;
}

interface Lifetime {
  created: string;
  expires: string;
}

const A_DAY = { created: "2026-11-22T14:05:28Z", expires: "2026-11-23T14:05:28Z" };

export function rstAnswer(tokens: readonly TokenGiven[], lifetime: Lifetime = A_DAY): string {
  return `<?xml version="1.0" encoding="utf-8"?>
<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/">
\t<S:Body>
\t\t<wst:RequestSecurityTokenResponseCollection xmlns:wst="http://schemas.xmlsoap.org/ws/2004/04/trust" xmlns:wsse="http://schemas.xmlsoap.org/ws/2003/06/secext" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:wsp="http://schemas.xmlsoap.org/ws/2002/12/policy">
\t\t\t<wst:RequestSecurityTokenResponse>
\t\t\t\t<wst:TokenType>urn:passport:legacy</wst:TokenType>
\t\t\t\t<wsp:AppliesTo xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/03/addressing"><wsa:EndpointReference><wsa:Address>http://Passport.NET/tb</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>
\t\t\t\t<wst:RequestedSecurityToken><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#" Id="BinaryDAToken0"><CipherData><CipherValue>Cap26AQZ</CipherValue></CipherData></EncryptedData></wst:RequestedSecurityToken>
\t\t\t\t<wst:RequestedProofToken><wst:BinarySecret>tgoPVK67sU36fQKlGLMgWgTXp7oiaQgE</wst:BinarySecret></wst:RequestedProofToken>
\t\t\t</wst:RequestSecurityTokenResponse>
${tokens.map((token) => one(token, lifetime, "LifeTime", "http://schemas.xmlsoap.org/ws/2004/03/addressing")).join("\n")}
\t\t</wst:RequestSecurityTokenResponseCollection>
\t</S:Body>
</S:Envelope>`;
}

export function rst2Answer(tokens: readonly TokenGiven[], lifetime: Lifetime = A_DAY): string {
  return `<?xml version="1.0" encoding="utf-8" ?><S:Envelope xmlns:S="http://www.w3.org/2003/05/soap-envelope" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd" xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd" xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy"><S:Body><wst:RequestSecurityTokenResponseCollection xmlns:wst="http://schemas.xmlsoap.org/ws/2005/02/trust">${tokens.map((token) => one(token, lifetime, "Lifetime", "http://www.w3.org/2005/08/addressing")).join("")}</wst:RequestSecurityTokenResponseCollection></S:Body></S:Envelope>`;
}

function one({ domain, value, secret }: TokenGiven, lifetime: Lifetime, lifetimeName: string, wsa: string): string {
  const proof = secret
    ? `<wst:RequestedProofToken><wst:BinarySecret>${secret}</wst:BinarySecret></wst:RequestedProofToken>`
    : "";
  return `<wst:RequestSecurityTokenResponse>
<wst:TokenType>urn:passport:compact</wst:TokenType>
<wsp:AppliesTo xmlns:wsa="${wsa}">
<wsa:EndpointReference>
<wsa:Address>${domain}</wsa:Address>
</wsa:EndpointReference>
</wsp:AppliesTo>
<wst:${lifetimeName}>
<wsu:Created>${lifetime.created}</wsu:Created>
<wsu:Expires>${lifetime.expires}</wsu:Expires>
</wst:${lifetimeName}>
<wst:RequestedSecurityToken>
<wsse:BinarySecurityToken Id="Compact1">${value.replaceAll("&", "&amp;")}</wsse:BinarySecurityToken>
</wst:RequestedSecurityToken>
<wst:RequestedTokenReference>
<wsse:KeyIdentifier ValueType="urn:passport:compact"></wsse:KeyIdentifier>
</wst:RequestedTokenReference>
${proof}</wst:RequestSecurityTokenResponse>`;
}
