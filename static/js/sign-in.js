// Sign-in: the wait before another code, a key to copy, and passkeys. Everything but passkeys works without it.
(() => {
  "use strict";

  // The wait: the text counts down, and the button comes when it may be pressed.
  for (const text of document.querySelectorAll("[data-countdown]")) {
    const until = Date.now() + Number(text.dataset.countdown) * 1000;
    const button = text.closest("form").querySelector("button");
    button.hidden = true;
    const tick = () => {
      const left = Math.ceil((until - Date.now()) / 1000);
      if (left > 0) {
        text.textContent = text.dataset.text.replace("{seconds}", left);
        setTimeout(tick, 250);
      } else {
        text.remove();
        button.hidden = false;
      }
    };
    tick();
  }

  // What is to be typed elsewhere can be copied.
  if (navigator.clipboard) {
    for (const button of document.querySelectorAll("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = button.dataset.copied;
      });
    }
  }

  // Passkeys. The server speaks JSON with binary values as base64url.
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const withBytes = (credentials) => (credentials || []).map((each) => ({ ...each, id: bytes(each.id) }));

  const described = (credential, response) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment || undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });

  const getPasskey = async ({ publicKey }) => {
    const credential = await navigator.credentials.get({
      publicKey: { ...publicKey, challenge: bytes(publicKey.challenge), allowCredentials: withBytes(publicKey.allowCredentials) },
    });
    const { authenticatorData, clientDataJSON, signature, userHandle } = credential.response;
    return described(credential, {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : undefined,
    });
  };

  const createPasskey = async ({ publicKey }) => {
    const credential = await navigator.credentials.create({
      publicKey: {
        ...publicKey,
        challenge: bytes(publicKey.challenge),
        user: { ...publicKey.user, id: bytes(publicKey.user.id) },
        excludeCredentials: withBytes(publicKey.excludeCredentials),
      },
    });
    const { attestationObject, clientDataJSON } = credential.response;
    return described(credential, {
      attestationObject: text(attestationObject),
      clientDataJSON: text(clientDataJSON),
      transports: credential.response.getTransports?.() || [],
    });
  };

  // What the authenticator is asked: in the page already, or fetched when the button is pressed.
  const optionsOf = async (form) => {
    if (form.dataset.options) {
      const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error("No answer");
      return (await answer.json()).request_options;
    }
    return JSON.parse(document.getElementById(form.dataset.passkeyOptions).textContent);
  };

  const send = (form, ceremony) => {
    const fault = document.querySelector("[data-passkey-error]");
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      fault.hidden = true;
      try {
        form.elements.credential.value = JSON.stringify(await ceremony(await optionsOf(form)));
      } catch {
        fault.hidden = false;
        return;
      }
      form.submit();
    });
  };

  for (const part of document.querySelectorAll("[data-passkey]")) part.hidden = false;
  for (const part of document.querySelectorAll("[data-no-passkey]")) part.hidden = true;
  for (const form of document.querySelectorAll("[data-passkey-sign-in]")) send(form, getPasskey);
  for (const form of document.querySelectorAll("[data-passkey-create]")) send(form, createPasskey);
})();
