package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.awt.Graphics2D;
import java.util.List;

/** Several pictures on one sheet, row by row, all of one size. */
public final class Sheet implements Picture {

  private final int columns;
  private final ImmutableList<Picture> pictures;
  private final int width; // of each
  private final int height;

  private Sheet(int columns, ImmutableList<Picture> pictures, int width, int height) {
    this.columns = columns;
    this.pictures = pictures;
    this.width = width;
    this.height = height;
  }

  /**
   * Of these pictures.
   *
   * @param columns how many stand in a row; the last row may be shorter
   * @throws IllegalArgumentException if there is no column or no picture
   */
  public static Sheet of(int columns, List<? extends Picture> pictures) {
    checkArgument(columns >= 1, "sheet has %s columns, but needs at least 1", columns);
    checkArgument(!pictures.isEmpty(), "sheet has no pictures; pass at least one");
    return new Sheet(
        columns,
        ImmutableList.copyOf(pictures),
        pictures.stream().mapToInt(Picture::width).max().orElseThrow(),
        pictures.stream().mapToInt(Picture::height).max().orElseThrow());
  }

  /**
   * The same with pictures of another size than they want.
   *
   * @throws IllegalArgumentException if it has no pixel
   */
  public Sheet each(int width, int height) {
    checkArgument(
        width >= 1 && height >= 1,
        "pictures of a sheet are to be of %s × %s pixels, but need at least 1 × 1",
        width,
        height);
    return new Sheet(columns, pictures, width, height);
  }

  private int rows() {
    return (pictures.size() + columns - 1) / columns;
  }

  @Override
  public int width() {
    return columns * width;
  }

  @Override
  public int height() {
    return rows() * height;
  }

  @Override
  public void paint(Graphics2D graphics, int width, int height) {
    for (int i = 0; i < pictures.size(); i++) {
      int row = i / columns;
      int column = i % columns;
      int left = width * column / columns;
      int top = height * row / rows();
      int right = width * (column + 1) / columns;
      int bottom = height * (row + 1) / rows();
      Graphics2D part = (Graphics2D) graphics.create(left, top, right - left, bottom - top);
      try {
        pictures.get(i).paint(part, right - left, bottom - top);
      } finally {
        part.dispose();
      }
    }
  }
}
