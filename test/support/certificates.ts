/** Certificate authorities and certificates of servers, made for one test run. */
import forge from "node-forge";

export type Authority = { pem: string; issue: (options: CertificateOptions) => { cert: string; key: string } };
export type CertificateOptions = {
  /** Names and IP addresses of the server. */
  hosts: string[];
  /** From and until, in days from now. */
  days?: [from: number, until: number];
};

const dayMs = 24 * 60 * 60_000;
let serial = Date.now();

export function createAuthority(name: string): Authority {
  const keys = forge.pki.rsa.generateKeyPair(2048);
  const subject = [{ name: "commonName", value: name }];
  const root = certificate(keys.publicKey, [-1, 3_650]);
  root.setSubject(subject);
  root.setIssuer(subject);
  root.setExtensions([
    { name: "basicConstraints", cA: true, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ]);
  root.sign(keys.privateKey, forge.md.sha256.create());
  return {
    pem: forge.pki.certificateToPem(root),
    issue({ hosts, days = [-1, 30] }) {
      const own = forge.pki.rsa.generateKeyPair(2048);
      const issued = certificate(own.publicKey, days);
      issued.setSubject([{ name: "commonName", value: hosts[0] ?? "" }]);
      issued.setIssuer(subject);
      issued.setExtensions([
        { name: "basicConstraints", cA: false },
        { name: "extKeyUsage", serverAuth: true },
        {
          name: "subjectAltName",
          altNames: hosts.map((host) => (isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host })),
        },
      ]);
      issued.sign(keys.privateKey, forge.md.sha256.create());
      return { cert: forge.pki.certificateToPem(issued), key: forge.pki.privateKeyToPem(own.privateKey) };
    },
  };
}

function certificate(publicKey: forge.pki.PublicKey, [from, until]: [number, number]): forge.pki.Certificate {
  const made = forge.pki.createCertificate();
  made.publicKey = publicKey;
  made.serialNumber = `00${(serial += 1).toString(16)}`;
  made.validity.notBefore = new Date(Date.now() + from * dayMs);
  made.validity.notAfter = new Date(Date.now() + until * dayMs);
  return made;
}

function isAddress(host: string): boolean {
  return /^[\d.]+$|:/.test(host);
}
