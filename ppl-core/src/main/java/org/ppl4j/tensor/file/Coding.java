package org.ppl4j.tensor.file;

import ai.djl.util.Float16Utils;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.stream.Stream;
import org.ppl4j.tensor.FloatType;

/** How the safetensors format has numbers, by its own names. */
enum Coding {
  F64(FloatType.FLOAT64, 8),
  F32(FloatType.FLOAT32, 4),
  /** IEEE 754's binary16. */
  F16(FloatType.FLOAT32, 2),
  /** The upper half of a float. */
  BF16(FloatType.FLOAT32, 2);

  private final FloatType type;
  private final int bytes;

  Coding(FloatType type, int bytes) {
    this.type = type;
    this.bytes = bytes;
  }

  /** That of what is written here. */
  static Coding of(FloatType type) {
    return type == FloatType.FLOAT64 ? F64 : F32;
  }

  /** The one of a name; empty if there is none. */
  static Optional<Coding> of(String name) {
    return Stream.of(values()).filter(coding -> coding.name().equals(name)).findFirst();
  }

  /** A type that has all its numbers. */
  FloatType type() {
    return type;
  }

  /** Of one number. */
  int bytes() {
    return bytes;
  }

  /** The next number. */
  double read(ByteBuffer buffer) {
    return switch (this) {
      case F64 -> buffer.getDouble();
      case F32 -> buffer.getFloat();
      case F16 -> Float16Utils.halfToFloat(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << Short.SIZE);
    };
  }
}
