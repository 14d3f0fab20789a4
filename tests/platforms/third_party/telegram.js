// telegram-test-api, with what it leaves out and a client of Telegram insists on.
const { routes } = require("telegram-test-api/lib/routes/index.js");
const Server = require("telegram-test-api");

const me = { id: 666, is_bot: true, first_name: "First Line", username: "TestNameBot" };
const yes = (req, res) => res.json({ ok: true, result: true });
routes.unshift((app) => {
  app.all("/bot:token/getMe", (req, res) => res.json({ ok: true, result: me }));
  app.all("/bot:token/answerCallbackQuery", yes); // it says null
  app.all("/bot:token/setMyCommands", yes); // and these two it does not know
  app.all("/bot:token/sendChatAction", yes);
});

const add = Server.prototype.addBotMessage;
Server.prototype.addBotMessage = function addBotMessage(...given) {
  const message = add.apply(this, given);
  // Its dates are milliseconds; Telegram's are seconds.
  return { message_id: message.message_id, date: Math.floor(message.date / 1000),
    chat: message.chat, text: message.text, from: me };
};

const format = Server.formatUpdate;
Server.formatUpdate = (update) => {
  const formatted = format(update);
  if (formatted.callback_query) formatted.callback_query.chat_instance = "1";
  return formatted;
};

const server = new Server({ port: Number(process.argv[2]) });
server.start().then(() => console.log("ready"));
