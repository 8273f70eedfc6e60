typedef int cx3_empty;
