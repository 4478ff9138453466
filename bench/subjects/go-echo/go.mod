module raw

go 1.24
