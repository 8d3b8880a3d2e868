package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.internal.NDArrayEx;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.internal.engine.HostCopy;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.ReadsLaw;

/** No number leaves a run unseen, by whatever public method. */
class UnseenReadsTest {

  private static ReadsLaw all() throws IOException {
    ReadsLaw law =
        new ReadsLaw(
            ImmutableList.<Class<?>>builder()
                .add(NDArray.class, NDArrayEx.class, NDManager.class)
                .addAll(ReadsLaw.publicTypes(Run.class))
                .build());
    law.judge();
    return law;
  }

  @Test
  void noNumberLeavesARunUnseen() throws IOException {
    ReadsLaw law = all();

    assertThat(law.faults()).isEmpty();
    assertThat(law.methods()).isGreaterThan(1000);
    assertThat(law.told()).isGreaterThan(50);
  }

  @Test
  @Tag("acceptance")
  @Tag("sound.1")
  void noNumberLeavesARunUnseenAsCounted() throws IOException {
    ReadsLaw law = all();

    AcceptancePoint point = new AcceptancePoint("sound.1");
    point.atLeast("A3: public methods called on tensors of two kinds", law.methods(), 1000);
    point.atLeast("A3: calls that told Java a number, each seen as a read", law.told(), 50);
    point.atMost("A3: calls that let a number out unseen", law.faults().size(), 0);
  }

  /** What should not be. */
  public static final class Planted {

    private Planted() {}

    /** Copies behind everybody's back. */
    public static double[] numbers(NDArray x) {
      RunArray array = (RunArray) x;
      return HostCopy.doubles(array.handle(), DataType.FLOAT64, array.size(), array.getDevice());
    }

    /** Reads as one should. */
    public static double[] read(NDArray x) {
      return Tensors.values(x);
    }
  }

  @Test
  void lawSeesAReadThatNobodySaw() {
    ReadsLaw law = new ReadsLaw(List.of(Planted.class));

    law.judge();

    assertThat(law.faults()).hasSize(3).allMatch(fault -> fault.contains("Planted.numbers("));
    assertThat(law.told()).isEqualTo(3);
  }
}
