# Loads the tables of this folder into R, with the labels of codebook.csv.
#
#   source("load.R")          in the folder of the results, or
#   results <- load_results("path/to/results")
#
# `results$documents`, `results$matches` … are data frames. Columns carry their label as the attribute "label", which the viewer of RStudio shows.
# Numbers that do not exist (NA in the tables) are NA. A text "NA" stays a text.

load_results <- function(folder = ".") {
  read <- function(path) {
    utils::read.csv(file.path(folder, path), colClasses = "character", na.strings = character(),
                    check.names = FALSE, fileEncoding = "UTF-8-BOM", encoding = "UTF-8")
  }
  codebook <- read("codebook.csv")
  results <- list(codebook = codebook)
  for (path in setdiff(unique(codebook$table), "codebook.csv")) {
    table <- read(path)
    columns <- codebook[codebook$table == path, ]
    stopifnot(identical(names(table), columns$column))
    for (row in seq_len(nrow(columns))) {
      cells <- table[[row]]
      if (columns$type[row] != "string") {
        cells[cells == "NA"] <- NA
        cells <- if (columns$type[row] == "integer") as.integer(cells) else as.numeric(cells)
      }
      attr(cells, "label") <- columns$label[row]
      table[[row]] <- cells
    }
    name <- sub("_data$", "", sub("^.*desc-", "", sub("\\.csv$", "", basename(path))))
    results[[name]] <- table
  }
  results
}

if (file.exists("codebook.csv")) results <- load_results()
