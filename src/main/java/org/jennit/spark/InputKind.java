package org.jennit.spark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.image.ImageSchema;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.bytedeco.pytorch.Tensor;
import org.jennit.explain.InputFormat;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** What a picture is in a table, and how it becomes a model's input. */
enum InputKind {
  /** The name of a file, on any file system that Spark reads. */
  PATH {
    @Override
    Tensor read(Object value, InputFormat format, Configuration hadoop) throws IOException {
      Path file = new Path((String) value);
      try (InputStream in = file.getFileSystem(hadoop).open(file)) {
        return format.read(in);
      }
    }
  },
  /** The bytes of a file. */
  FILE {
    @Override
    Tensor read(Object value, InputFormat format, Configuration hadoop) throws IOException {
      return format.read(new ByteArrayInputStream((byte[]) value));
    }
  },
  /** A struct of the source {@code image}: rows of blue, green, red bytes. */
  IMAGE {
    @Override
    Tensor read(Object value, InputFormat format, Configuration hadoop) throws IOException {
      return format.read(decoded((Row) value));
    }
  },
  /** Channels x height x width numbers, as the model takes them. */
  NUMBERS {
    @Override
    Tensor read(Object value, InputFormat format, Configuration hadoop) throws IOException {
      return numbers(CollectionConverters.asJava((Seq<?>) value), format);
    }
  };

  /**
   * The kind that a column holds.
   *
   * @throws IllegalArgumentException where it is none
   */
  static InputKind of(String column, DataType type) {
    if (type instanceof StringType) {
      return PATH;
    }
    if (type instanceof BinaryType) {
      return FILE;
    }
    if (type instanceof StructType struct
        && List.of(struct.fieldNames())
            .containsAll(List.of(ImageSchema.columnSchema().fieldNames()))) {
      return IMAGE;
    }
    if (type instanceof ArrayType array
        && (array.elementType() instanceof FloatType
            || array.elementType() instanceof DoubleType)) {
      return NUMBERS;
    }
    throw new IllegalArgumentException(
        "inputCol: the column "
            + column
            + " holds "
            + type.catalogString()
            + "; it must be strings (names of files), binary (their content), the struct of the source image, or an array of float or"
            + " double");
  }

  /**
   * One input, channels x height x width; the caller's scope owns it.
   *
   * @param value not null
   * @param hadoop the file systems there are
   * @throws IOException where there is no picture in it
   */
  abstract Tensor read(Object value, InputFormat format, Configuration hadoop) throws IOException;

  private static BufferedImage decoded(Row image) throws IOException {
    int height = image.getAs("height");
    int width = image.getAs("width");
    int channels = image.getAs("nChannels");
    byte[] data = image.getAs("data");
    if (height < 1
        || width < 1
        || data == null
        || data.length != (long) height * width * channels) {
      throw new IOException("the struct holds no image, as the source gives where a file is none");
    }
    int type =
        switch (channels) {
          case 1 -> BufferedImage.TYPE_BYTE_GRAY;
          case 3 -> BufferedImage.TYPE_3BYTE_BGR;
          case 4 -> BufferedImage.TYPE_4BYTE_ABGR;
          default -> throw new IOException("an image has 1, 3 or 4 channels, not " + channels);
        };
    BufferedImage made = new BufferedImage(width, height, type);
    // Rasters count red, green, blue (and alpha): the struct has them the other way round.
    byte[] pixels = channels == 1 ? data : turned(data, channels);
    made.getRaster().setDataElements(0, 0, width, height, pixels);
    return made;
  }

  private static byte[] turned(byte[] data, int channels) {
    byte[] turned = data.clone();
    for (int pixel = 0; pixel < data.length; pixel += channels) {
      turned[pixel] = data[pixel + 2];
      turned[pixel + 2] = data[pixel];
    }
    return turned;
  }

  private static Tensor numbers(List<?> values, InputFormat format) throws IOException {
    long[] shape = format.shape(1);
    long expected = shape[1] * shape[2] * shape[3];
    if (values.size() != expected || values.contains(null)) {
      throw new IOException(
          "%d numbers are needed (%d x %d x %d), none of them null, not %d"
              .formatted(expected, shape[1], shape[2], shape[3], values.size()));
    }
    double[] numbers =
        values.stream().mapToDouble(value -> ((Number) value).doubleValue()).toArray();
    return Tensor.create(numbers)
        .to(format.preprocessing().dtype())
        .view(shape[1], shape[2], shape[3]);
  }
}
