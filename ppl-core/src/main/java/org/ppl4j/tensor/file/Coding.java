package org.ppl4j.tensor.file;

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

  private static final int HALF_EXPONENT = 0x1F;
  private static final int HALF_BIAS = 15;
  private static final int HALF_FRACTION = 10;

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
      case F16 -> half(buffer.getShort());
      case BF16 -> Float.intBitsToFloat(buffer.getShort() << Short.SIZE);
    };
  }

  private static double half(short bits) {
    int exponent = bits >> HALF_FRACTION & HALF_EXPONENT;
    int fraction = bits & (1 << HALF_FRACTION) - 1;
    double size;
    if (exponent == HALF_EXPONENT) {
      size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
    } else if (exponent == 0) {
      size = Math.scalb((double) fraction, 1 - HALF_BIAS - HALF_FRACTION);
    } else {
      size =
          Math.scalb(
              (double) (fraction | 1 << HALF_FRACTION), exponent - HALF_BIAS - HALF_FRACTION);
    }
    return bits < 0 ? -size : size;
  }
}
