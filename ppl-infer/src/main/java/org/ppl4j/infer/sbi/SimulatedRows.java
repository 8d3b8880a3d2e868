package org.ppl4j.infer.sbi;

import com.google.common.collect.ImmutableList;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a block of rows, in plain numbers. */
public final class SimulatedRows implements Serializable {

  private static final long serialVersionUID = 1;

  private final ImmutableList<Sent> rows;

  /**
   * A row.
   *
   * @param isThrown whether the problem is what was thrown
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sent(double @Nullable [] data, @Nullable String problem, boolean isThrown)
      implements Serializable {

    static Sent of(SimulatedRow row) {
      return new Sent(row.data(), row.problem(), row.cause() != null);
    }

    SimulatedRow row() {
      return new SimulatedRow(data, problem, isThrown ? new IllegalStateException(problem) : null);
    }
  }

  private SimulatedRows(ImmutableList<Sent> rows) {
    this.rows = rows;
  }

  static SimulatedRows of(List<SimulatedRow> rows) {
    return new SimulatedRows(rows.stream().map(Sent::of).collect(ImmutableList.toImmutableList()));
  }

  /** How many there are. */
  public int count() {
    return rows.size();
  }

  SimulatedRow row(int i) {
    return rows.get(i).row();
  }
}
