package org.ppl4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The data are those of the peers' programs, by the CRC-32 of their float32 and int64 bytes. */
class PeerDataTest {

  @Test
  void dataAreThosePyroIsTimedOn() {
    try (NDManager manager = NDManager.newBaseManager()) {
      PeerModels.Table linear = PeerData.linearRegression(manager, 1000);
      PeerModels.Table logistic = PeerData.logisticRegression(manager);
      PeerModels.Grouped grouped = PeerData.hierarchical(manager);

      assertThat(checksum(linear.x())).isEqualTo("68059ed9");
      assertThat(checksum(linear.y())).isEqualTo("9f0024eb");
      assertThat(checksum(logistic.x())).isEqualTo("38c8fe12");
      assertThat(checksum(logistic.y())).isEqualTo("c4f41716");
      assertThat(checksum(grouped.group())).isEqualTo("dd916245");
      assertThat(checksum(grouped.x())).isEqualTo("5b237973");
      assertThat(checksum(grouped.y())).isEqualTo("5ae51650");

      PeerModels.Table wave = PeerData.wave(manager);
      PeerModels.Table waves = PeerData.waves(manager);
      assertThat(checksum(PeerData.moons(manager))).isEqualTo("0f5f94f6");
      assertThat(checksum(PeerData.chain(manager, 10))).isEqualTo("47e2f964");
      assertThat(checksum(PeerData.pixels(manager))).isEqualTo("8efe7ac8");
      assertThat(checksum(wave.x())).isEqualTo("23a157e0");
      assertThat(checksum(wave.y())).isEqualTo("3cb38384");
      assertThat(checksum(waves.x())).isEqualTo("817a5171");
      assertThat(checksum(waves.y())).isEqualTo("469ecfbe");
    }
  }

  private static String checksum(NDArray array) {
    CRC32 crc = new CRC32();
    ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    if (array.getDataType().isFloating()) {
      for (double value : array.toType(DataType.FLOAT64, false).toDoubleArray()) {
        crc.update(bytes.clear().putFloat((float) value).flip());
      }
    } else {
      for (long value : array.toLongArray()) {
        crc.update(bytes.clear().putLong(value).flip());
      }
    }
    return String.format("%08x", crc.getValue());
  }
}
