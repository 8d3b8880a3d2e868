package org.ppl4j.spark;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * Numbers that are written and read as bytes, all at once: blocks that are on disk are read for
 * each gradient, which takes half of the time that Java's serialization of arrays of numbers does.
 */
final class Numbers implements Serializable {

  private static final long serialVersionUID = 1;

  private transient double[] values;

  /** These, which are kept. */
  Numbers(double[] values) {
    this.values = values;
  }

  /** Not a copy. */
  double[] values() {
    return values;
  }

  private void writeObject(ObjectOutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES);
    bytes.asDoubleBuffer().put(values);
    out.writeObject(bytes.array());
  }

  private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
    byte[] bytes = (byte[]) in.readObject();
    values = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(values);
  }
}
