package org.ppl4j;

import ai.djl.ndarray.NDList;
import ai.djl.nn.Block;
import org.ppl4j.nn.BlockNet;

/** Runs DJL blocks on tensors of a run with the parameters of the store. */
final class Nets {

  private Nets() {}

  static NDList forward(Ppl p, String name, Block block, NDList inputs) {
    NDList bound = new NDList(inputs.size());
    inputs.forEach(x -> bound.add(p.run().bind(x)));
    BlockNet net = BlockNet.of(name, block, bound.getShapes());
    return Modules.forward(p, name, net, bound);
  }
}
