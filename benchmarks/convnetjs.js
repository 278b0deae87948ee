// node convnetjs.js PRESET BATCH: milliseconds of the processor that ConvNetJS takes for one batch of the networks of
// the presets mnist-mlp and mnist-cnn, on images as sparse as digits. It learns from one image after the other.
const convnetjs = require(require.resolve("convnetjs", { paths: [process.cwd()] }));
const [preset, batch] = [process.argv[2], Number(process.argv[3])];
const input = { type: "input", out_sx: 28, out_sy: 28, out_depth: 1 };
const dense = (units) => ({ type: "fc", num_neurons: units, activation: "relu" });
const conv = (filters) => ({ type: "conv", sx: 3, filters, stride: 1, pad: 0, activation: "relu" });
const pool = { type: "pool", sx: 2, stride: 2 };
const output = { type: "softmax", num_classes: 10 };
const networks = {
  "mnist-mlp": [input, dense(256), dense(128), output],
  "mnist-cnn": [input, conv(8), pool, conv(16), pool, dense(64), output],
};
const network = new convnetjs.Net();
network.makeLayers(networks[preset]);
const trainer = new convnetjs.Trainer(network, { method: "sgd", learning_rate: 0.01, batch_size: batch });
const images = [];
for (let i = 0; i < batch; i++) {
  const image = new convnetjs.Vol(28, 28, 1, 0);
  for (let k = 0; k < image.w.length; k++) image.w[k] = Math.random() < 0.2 ? Math.random() : 0;
  images.push(image);
}
const learn = () => images.forEach((image, i) => trainer.train(image, i % 10));
learn(); // the first batch is compiled
const began = process.cpuUsage();
let batches = 0;
do {
  learn();
  batches++;
} while (process.cpuUsage(began).user < 2e6);
const used = process.cpuUsage(began);
console.log((used.user + used.system) / 1000 / batches);
