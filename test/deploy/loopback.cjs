// Loaded into functions-framework, which otherwise listens on every address of the machine.
const net = require("node:net");

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (port, ready) {
  return listen.call(this, port, "127.0.0.1", ready);
};
