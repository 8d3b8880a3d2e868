package org.ppl4j.flows;

import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Transform;

/** An increasing map of numbers onto the reals, one for each place of a batch of parameters. */
abstract class ScalarMap extends Transform {

  private final Shape batch;

  /** With a batch that broadcasts against that of the inputs. */
  ScalarMap(Shape batch) {
    super(0);
    this.batch = batch;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, batch);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }
}
