// On the sign-in page: what went wrong with a passkey in words, and one click to try a demo account.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const told = document.getElementById("passkey-error");
  if (!told) return;
  told.hidden = false;
  // Browsers give passkeys to names, never to bare numbers such as 127.0.0.1.
  told.querySelector("[data-hint]").hidden = !/^[\d.]+$|:/.test(location.hostname);
});
for (const button of document.querySelectorAll("[data-sign-in-as]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = document.getElementById("sign-in");
    form.elements.login.value = button.dataset.signInAs;
    form.elements.password.value = button.dataset.password;
    form.requestSubmit();
  });
}
