// Signs requests with an access key: Signature Version 4, by the browser's own cryptography. The secret becomes a key that cannot be read back and lives as long as the page.

const algorithm = 'AWS4-HMAC-SHA256';
const region = 'us-east-1';
const service = 'sagemaker';
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const text = new TextEncoder();
const hmac = { name: 'HMAC', hash: 'SHA-256' };

/** Browsers have cryptography only for pages that come by TLS or from this machine. */
export const canSign = () => globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;

/** Makes a signer of an access key; it gives the headers of a GET without a body. */
export async function signer(id, secret) {
  const root = await importKey(text.encode(`AWS4${secret}`));
  let derived = { day: '', key: null };

  async function keyOf(day) {
    if (derived.day !== day) {
      let key = root;
      for (const part of [day, region, service, 'aws4_request']) {
        key = await importKey(await mac(key, part));
      }

      derived = { day, key };
    }

    return derived.key;
  }

  return async url => {
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = `${date.slice(0, 8)}/${region}/${service}/aws4_request`;
    const headers = `host:${url.host}\nx-amz-date:${date}\n`;
    const canonical = ['GET', encodedPath(url), encodedQuery(url), headers, 'host;x-amz-date', emptyHash].join('\n');
    const toSign = [algorithm, date, scope, hex(await crypto.subtle.digest('SHA-256', text.encode(canonical)))].join('\n');
    const signature = hex(await mac(await keyOf(date.slice(0, 8)), toSign));
    return { 'X-Amz-Date': date, Authorization: `${algorithm} Credential=${id}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}` };
  };
}

const importKey = bytes => crypto.subtle.importKey('raw', bytes, hmac, false, ['sign']);

const mac = (key, message) => crypto.subtle.sign('HMAC', key, text.encode(message));

const hex = buffer => Array.from(new Uint8Array(buffer), byte => byte.toString(16).padStart(2, '0')).join('');

const encoded = part => encodeURIComponent(part).replace(/[!'()*]/g, c => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

// The path as it is sent, each part encoded once more.
const encodedPath = url => url.pathname.split('/').map(encoded).join('/');

function encodedQuery(url) {
  const members = [...url.searchParams].map(([name, value]) => [encoded(name), encoded(value)]);
  const order = (a, b) => a < b ? -1 : a > b ? 1 : 0;
  return members.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1])).map(member => member.join('=')).join('&');
}
